#include "proxy/rehearsal/faulty_upstream.hpp"
