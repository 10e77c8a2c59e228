#pragma once

#include "store/database.h"

/// Database::open() of store/database.h: an SQLite file. This name stays for those who want a database of their own beside the store.
