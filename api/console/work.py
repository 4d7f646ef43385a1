"""The pages of an office's work around its findings: inspections, weekly reports, campaigns, papers."""

from api.console import campaigns, inspections, papers, reports

WORK_PAGES = (*inspections.PAGES, reports.pages, campaigns.pages, *papers.PAGES)
