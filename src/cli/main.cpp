// The program. SystemC's library has a main() of its own, so this one stands in our object file.
#include "cli/cli.hpp"

int main(int argc, char** argv) { return saccade::run_cli({argv + 1, argv + argc}); }

/// What SystemC's main() would call; nobody does.
extern "C" int sc_main(int, char**) { return 0; }
