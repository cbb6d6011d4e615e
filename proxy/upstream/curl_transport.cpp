#include "proxy/upstream/transport.hpp"
