"""Public profiles and their handles; when people were last seen; settings of apps."""
