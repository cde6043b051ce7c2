"""Registration clean-up (RV-6): rounds, their cases, outcomes, sign-off, sheets, registers and the summary form."""
