"""Heroes' daily figures and the trends in them."""
