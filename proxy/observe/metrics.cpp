#include "proxy/observe/metrics.hpp"
