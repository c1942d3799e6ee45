"""What has happened to policy."""

from usance.kernel.records import Record
from usance.policy.model import PolicyRow


class PolicyAdopted(Record, frozen=True):
    """Rows were added. Rows that stood already, word for word, are not among them."""

    rows: tuple[PolicyRow, ...]
    reason: str
