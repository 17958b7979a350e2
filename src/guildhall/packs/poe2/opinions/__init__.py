"""Reviews and comments of builds: what people think of them."""
