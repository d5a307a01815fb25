"""The synthetic province: a pack's plan written as the workbooks that its offices would send.

``write`` yields ``Workbook`` values as files are finished; ``plan`` lists them beforehand.
"""

from tinhso.demo.sheets import sha256
from tinhso.demo.writing import Planned, Workbook, write
from tinhso.demo.writing import planned as plan

__all__ = ["Planned", "Workbook", "plan", "sha256", "write"]
