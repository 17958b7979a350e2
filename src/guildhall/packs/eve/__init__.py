"""EVE Online: pilots, their skills, mail, orders, industry and planets, and what is about to happen to them."""
