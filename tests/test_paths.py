"""Where shipped files are, from source and from the bundle."""

import importlib
import sys

from app import paths


def test_migrations_and_resources_are_found_from_source():
    assert (paths.MIGRATIONS / "env.py").is_file()
    assert (paths.MIGRATIONS / "versions" / "0001_first_schema.py").is_file()
    assert paths.RESOURCES.is_dir()


def test_in_the_bundle_the_scripts_are_called_migrations(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    try:
        bundled = importlib.reload(paths)
        assert tmp_path / "migrations" == bundled.MIGRATIONS
        assert tmp_path / "resources" == bundled.RESOURCES
    finally:
        monkeypatch.undo()
        importlib.reload(paths)


def test_the_default_data_folder_is_a_whole_path_of_this_user():
    folder = paths.default_data_folder()
    assert folder.is_absolute()
    assert folder.name == "office"
    assert not str(folder).startswith(str(paths.RESOURCES.parent))
