// Scopes and clocks that the test targets share.
