"""The registration form on screen: an editor that looks like the paper, preview and printing."""
