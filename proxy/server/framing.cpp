#include "proxy/server/framing.hpp"
