#include "proxy/ledger/price.hpp"
