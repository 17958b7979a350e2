"""The actions of import and export."""
