"""How the property tests of the corpus run."""

from __future__ import annotations

import hypothesis

# A busy machine is no failure: pytest-timeout ends what hangs.
hypothesis.settings.register_profile("exhibit", deadline=None)
hypothesis.settings.load_profile("exhibit")
