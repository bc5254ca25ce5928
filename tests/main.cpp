// Runs the tests. SystemC's library has a main() of its own, so this one stands in our object file.
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

extern "C" int sc_main(int, char**) { return 0; }
