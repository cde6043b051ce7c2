"""JavaRosa, the engine inside the ODK Collect app: pyxform brings it along, Java 17 runs it."""

import shutil
import subprocess
from pathlib import Path

from domicile.cli.running import Unable

SOURCE = Path(__file__).parent / "Collect.java"
JAVA = "Java 17 with its compiler is needed, since the engine of ODK Collect is written in it: install openjdk-17-jdk-headless"


def jar() -> Path:
    """The library that holds the engine."""
    import pyxform

    return Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def collect(server: str, form: str, language: str, folder: Path, plan: str) -> list[str]:
    """Fetch a form, fill it as the plan says and send it; what was printed (Collect.java says which lines).

    Raises Unable where there is no Java, or where the server or the form refuse.
    """
    java = shutil.which("java")
    if java is None or not jar().exists():
        raise Unable(JAVA)
    command = [java, "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", str(jar()), str(SOURCE)]
    done = subprocess.run(  # noqa: S603 - java, and what this package brings
        [*command, server, form, language, str(folder)], input=plan, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if done.returncode:
        failed = next((line.removeprefix("FAILED ") for line in lines if line.startswith("FAILED ")), "")
        raise Unable(failed or (JAVA if "compiler" in done.stderr else done.stderr.strip()[-300:]))
    return lines
