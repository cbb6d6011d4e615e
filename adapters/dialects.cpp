#include "adapters/dialect.hpp"
