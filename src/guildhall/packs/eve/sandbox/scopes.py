"""The scopes that the SSO knows: those of the routes here, and the plain sign-in's."""

SKILLS = "esi-skills.read_skills.v1"
SKILLQUEUE = "esi-skills.read_skillqueue.v1"
MAIL = "esi-mail.read_mail.v1"
ORGANIZE_MAIL = "esi-mail.organize_mail.v1"
SEND_MAIL = "esi-mail.send_mail.v1"
ORDERS = "esi-markets.read_character_orders.v1"
STRUCTURE_MARKETS = "esi-markets.structure_markets.v1"
JOBS = "esi-industry.read_character_jobs.v1"
PLANETS = "esi-planets.manage_planets.v1"
WALLET = "esi-wallet.read_character_wallet.v1"
LOCATION = "esi-location.read_location.v1"
ONLINE = "esi-location.read_online.v1"
SHIP = "esi-location.read_ship_type.v1"
NOTIFICATIONS = "esi-characters.read_notifications.v1"
IMPLANTS = "esi-clones.read_implants.v1"
STRUCTURES = "esi-universe.read_structures.v1"
PUBLIC_DATA = "publicData"

ALL_SCOPES = (
    PUBLIC_DATA,
    SKILLS,
    SKILLQUEUE,
    MAIL,
    ORGANIZE_MAIL,
    SEND_MAIL,
    ORDERS,
    STRUCTURE_MARKETS,
    JOBS,
    PLANETS,
    WALLET,
    LOCATION,
    ONLINE,
    SHIP,
    NOTIFICATIONS,
    IMPLANTS,
    STRUCTURES,
)
