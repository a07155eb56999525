"""Reports of an evaluation: one model, written as JSON, JUnit XML, Markdown and a web page."""

from eval.report.model import CaseResult, ClaimResult, Measure, Report, Setup

__all__ = ["CaseResult", "ClaimResult", "Measure", "Report", "Setup"]
