"""Fields that several structs have, as the documentation tells of them."""

from typing import Annotated

from msgspec import Meta

Account = Annotated[int, Meta(description="Steam account id (32 bits)", examples=[86745912])]
HeroId = Annotated[int, Meta(description="Hero; sparse numbers up to 155", examples=[14])]
RankTier = Annotated[int, Meta(description="Tens are the medal, units the stars; Immortal is 80", examples=[54])]
Share = Annotated[float, Meta(description="Share between 0 and 1", examples=[0.52])]
