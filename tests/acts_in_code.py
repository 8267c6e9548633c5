"""Finds the names of the acts that the code records, as far as its text tells."""

import ast


def acts_of(module):
    """Return (line, act) for every act that a module records, as far as its text tells.

    A name that is handed over is followed to where it is assigned, or handed to, in the module; of
    a composed one the beginning counts.
    """
    tree = ast.parse(module.read_text("utf-8"))
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Act" and call.args:
                found += [(call.lineno, text) for text in _texts(call.args[0], function, tree)]
    return found


def _texts(node, function, tree):
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _texts(node.body, function, tree) + _texts(node.orelse, function, tree)
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        if isinstance(first, ast.Constant):
            return [first.value]
        return _texts(first.value, function, tree)
    if not isinstance(node, ast.Name):
        return []
    told = []
    for one in ast.walk(function):
        if isinstance(one, ast.Assign) and any(
            getattr(target, "id", "") == node.id for target in one.targets
        ):
            told += _texts(one.value, function, tree)
    names = [argument.arg for argument in function.args.args]
    if node.id in names:
        place = names.index(node.id)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == function.name:
                given = call.args[place : place + 1] or [
                    keyword.value for keyword in call.keywords if keyword.arg == node.id
                ]
                told += [one.value for one in given if isinstance(one, ast.Constant)]
    return told
