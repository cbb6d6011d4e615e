#include "proxy/commands/run_demo.hpp"
