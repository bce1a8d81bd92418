"""`python -m bot.nlu` is `python -m bot.nlu.serve`."""

import sys

from bot.nlu.serve import main

sys.exit(main())
