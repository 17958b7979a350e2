"""The example of an id, for parameters of several routes."""

from litestar.openapi.spec import Example

AN_ID = [Example(value="01a1fb8c-aeab-7593-8101-0ccab8326991")]
