"""The numbers of a text: values with the units and things that they count.

Read are digits with separators (1,057 · 1.5 · 1 000), scale words (1.5 million, 40k), numbers
written out (twenty-five, one hundred and three thousand, a dozen), percentages, currencies,
ordinals (3rd, third). Decimal points are English. Not read: vague ones (dozens, thousands of).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.wording import content_stems

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
