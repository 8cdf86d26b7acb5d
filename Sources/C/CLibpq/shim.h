#pragma once
// Not through pkg-config: the path is fixed on Debian, and pkg-config's flags draw a warning from SwiftPM.
#include <postgresql/libpq-fe.h>
