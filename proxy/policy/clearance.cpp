#include "proxy/policy/clearance.hpp"
