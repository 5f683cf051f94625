## What every module can use without an import.
