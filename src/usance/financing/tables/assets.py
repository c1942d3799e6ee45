"""The table of assets. What has ended leaves memory once nothing is open on it."""

from typing import Final

from usance.financing.model import Asset
from usance.runtime.rows import ROOM_TO_CHANGE, hot_table

ASSETS: Final = hot_table(
    "financing",
    "assets",
    Asset,
    key="id",
    keep=lambda asset: asset.open,
    keep_sql="open",
    storage=ROOM_TO_CHANGE,
)
