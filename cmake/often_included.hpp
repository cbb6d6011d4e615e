#pragma once
/// Precompiled for each target of the sanitized builds: what most sources include of others, parsed once a target instead of once a source.
/// Every source still includes what it uses; the other builds, which have no such header, hold it to that.

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#ifdef BOOST_ASIO_SEPARATE_COMPILATION
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#endif

#ifdef SALLYPORT_UNIT_TEST
#include <doctest/doctest.h>
#endif
