"""Write the forms of the census for phones, forms/census/*.md, from their one definition (domicile.core.enumeration).

Run it after items.yaml was changed, with a new version there; `--check` says which would change, and fails.
"""

import sys
from pathlib import Path

from domicile.core.enumeration import forms, survey_xlsform, xlsform

FOLDER = Path(__file__).resolve().parents[1] / "forms" / "census"
LIST, AGAIN = "households", "coverage_areas"


def texts() -> dict[Path, str]:
    """The text of each form by its file."""
    found = {
        FOLDER / f"census_{name}.md": xlsform(form, f"census_{name}", households=LIST) for name, form in forms().items()
    }
    return found | {FOLDER / "census_again.md": survey_xlsform("census_again", areas=AGAIN)}


def main() -> int:
    """Write the forms, or say which are not as they would be written."""
    other = [path for path, text in texts().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" not in sys.argv:
        FOLDER.mkdir(exist_ok=True)
        for path in other:
            path.write_text(texts()[path], "utf-8")
        return 0
    for path in other:
        print(f"{path.name} is not what its definition says: run python scripts/census_forms.py")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
