#include "sim/dram_trace.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "cli/run_binary.hpp"
#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

const std::string header =
    "dma,not_before_cycle,accepted_cycle,done_cycle,write,address,rows,row_bytes,pitch_bytes\n";

TEST(DramTrace, BusyCyclesAreTheUnionOfItsSpans) {
  EXPECT_EQ(busy_cycles({}), 0u);
  const TransferLists transfers = {{{10, {}, false, 12, 20}, {50, {}, false, 50, 50}},
                                   {{15, {}, true, 15, 30}, {16, {}, true, 17, 18}},
                                   {{30, {}, false, 31, 32}, {0, {}, false, 3, 5}}};
  EXPECT_EQ(busy_cycles(transfers), (32u - 10) + 5);
  EXPECT_EQ(last_done(transfers), 50u);
}

TEST(DramTrace, IsWrittenInTheOrderOfIssueAndRead) {
  DramTrace trace;
  trace.initiators = {"in, first", "idle", "out"};
  trace.transfers = {{{0, {64, 2, 32, 4096}, false, 5, 9}, {8, {0, 1, 640, 0}, false, 20, 25}},
                     {},
                     {{7, {1 << 20, 1, 64, 64}, true, 8, 11}}};
  const std::string text = dram_trace_text(trace);
  EXPECT_EQ(text, header +
                      "\"in, first\",0,5,9,0,64,2,32,4096\n"
                      "out,7,8,11,1,1048576,1,64,64\n"
                      "\"in, first\",8,20,25,0,0,1,640,0\n");
  const TestFolder folder;
  const DramTrace read = read_dram_trace(folder.write("t.csv", text));
  EXPECT_THAT(read.initiators, testing::ElementsAre("in, first", "out"));
  EXPECT_EQ(dram_trace_text(read), text);
}

std::string mistakes_of(const std::string& text) {
  const TestFolder folder;
  try {
    read_dram_trace(folder.write("t.csv", text));
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(DramTrace, MistakesAreAnsweredTogether) {
  EXPECT_THAT(mistakes_of("dma,write\n"), HasSubstr("t.csv: line 1: lacks column 'address'"));
  EXPECT_THAT(mistakes_of(header), HasSubstr("t.csv: lists no transfers"));
  EXPECT_EQ(mistakes_of(header + "a,0,1,2,1,0,1,4294967295,0\n"), "");
  const std::string all = mistakes_of(header +
                                      "a,9,8,9,2,0,1,64,0\n"
                                      "a,0,4,3,0,-1,0,64,x\n"
                                      "a,0,0,0,0,0,2,4294967295,0\n");
  for (const char* mistake :
       {"line 2: column 'write' is '2', expected an integer from 0 to 1",
        "line 2: column 'accepted_cycle' is before not_before_cycle",
        "line 3: column 'done_cycle' is before accepted_cycle", "line 3: column 'address' is '-1'",
        "line 3: column 'rows' is '0'", "line 3: column 'pitch_bytes' is 'x'",
        "line 4: column 'row_bytes' times rows is above 4294967295 bytes"}) {
    EXPECT_THAT(all, HasSubstr(mistake));
  }
}

TEST(DramTrace, ARunKeepsItsTransfersWhenAsked) {
  // Loads of 10 cycles on a pipe with a latency of 7; the store takes its turn beside the second.
  hand::HandProgram program(1);
  program.load(0, 640);
  program.load(0, 640);
  program.store(0, 128).need(0, Stage::load_input, 1);
  Accelerator machine = hand::tiny_machine();
  machine.dram.latency_ns = 7;
  EXPECT_TRUE(hand::run(program, machine).dram_transfers.empty());
  SimOptions options;
  options.dram_trace = true;
  DramTrace trace;
  trace.initiators = {"in", "out"};
  trace.transfers = hand::run(program, machine, options).dram_transfers;
  EXPECT_EQ(dram_trace_text(trace), header +
                                        "in,0,10,17,0,0,1,640,0\n"
                                        "in,10,22,29,0,0,1,640,0\n"
                                        "out,17,20,27,1,0,1,128,0\n");
}

}  // namespace
}  // namespace saccade
