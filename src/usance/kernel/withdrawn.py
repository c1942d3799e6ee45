"""Currencies that are no more. Statements of their time are read; no new money is made in them.

From ISO 4217, list three (codes for historic denominations). The list names no minor units: the
digits are those that banks wrote, as CLDR and the JDK have them; not compared with a source.
"""

from typing import Final

# Code: digits after the point.
WITHDRAWN: Final[dict[str, int]] = {
    # What became the euro.
    "ADP": 0, "ATS": 2, "BEF": 0, "BGN": 2, "CYP": 2, "DEM": 2, "EEK": 2, "ESP": 0, "FIM": 2,
    "FRF": 2, "GRD": 0, "HRK": 2, "IEP": 2, "ITL": 0, "LTL": 2, "LUF": 0, "LVL": 2, "MTL": 2,
    "NLG": 2, "PTE": 0, "SIT": 2, "SKK": 2, "XEU": 2,
    # What was replaced elsewhere.
    "AFA": 2, "ANG": 2, "AOK": 2, "AON": 2, "AOR": 2, "ARA": 2, "ARP": 2, "AZM": 2, "BGL": 2,
    "BOP": 2, "BRC": 2, "BRE": 2, "BRN": 2, "BRR": 2, "BUK": 2, "BYB": 0, "BYR": 0, "CSD": 2,
    "CSK": 2, "CUC": 2, "DDM": 2, "ECS": 2, "GHC": 2, "GWP": 2, "HRD": 2, "ILR": 2, "MGF": 0,
    "MRO": 2, "MXP": 2, "MZM": 2, "PEI": 2, "PES": 2, "PLZ": 2, "ROL": 2, "RUR": 2, "SDD": 2,
    "SLL": 2, "SRG": 2, "STD": 2, "SUR": 2, "TJR": 2, "TMM": 2, "TPE": 0, "TRL": 0, "UAK": 2,
    "UGS": 2, "UYP": 2, "VEB": 2, "VEF": 2, "XFO": 2, "YDD": 2, "YUD": 2, "YUM": 2, "YUN": 2,
    "ZAL": 2, "ZMK": 2, "ZRN": 2, "ZRZ": 2, "ZWC": 2, "ZWD": 2, "ZWL": 2, "ZWN": 2, "ZWR": 2,
}  # fmt: skip
