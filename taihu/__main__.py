"""``python -m taihu`` is the `taihu` command."""

from taihu.cli import main

if __name__ == "__main__":
    main()
