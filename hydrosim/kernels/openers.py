"""Openers of the records that the kernels take: ``open_program(address)`` and the like."""

from hydrosim.kernels._records import opener
from hydrosim.kernels.arrays import (
    Certificate,
    Credit,
    InLieuPlan,
    LedgerBook,
    LedgerPlan,
    Program,
    Reasons,
    Recording,
    Work,
)

open_certificate = opener(Certificate)
open_credit = opener(Credit)
open_lieu = opener(InLieuPlan)
open_tags = opener(LedgerBook)
open_plan = opener(LedgerPlan)
open_program = opener(Program)
open_reasons = opener(Reasons)
open_recording = opener(Recording)
open_work = opener(Work)
