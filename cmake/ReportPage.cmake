# Bundles src/report/web to the page of reports and adds it, as C++, to a target.
function(saccade_add_report_page target)
  set(web ${CMAKE_CURRENT_SOURCE_DIR}/src/report/web)
  find_program(SACCADE_NODE NAMES node nodejs)
  if(NOT SACCADE_NODE)
    message(FATAL_ERROR "Node.js, which bundles the page of reports, is missing: run tools/setup.sh")
  endif()
  if(NOT EXISTS ${web}/node_modules/.package-lock.json)
    message(FATAL_ERROR "The packages of the page of reports are missing: run 'npm ci' in "
      "src/report/web, or tools/setup.sh")
  endif()
  set(page ${CMAKE_CURRENT_BINARY_DIR}/report_page)
  file(GLOB parts CONFIGURE_DEPENDS ${web}/*.js ${web}/*.mjs ${web}/*.css ${web}/*.html)
  add_custom_command(OUTPUT ${page}.cpp BYPRODUCTS ${page}.html
    COMMAND ${SACCADE_NODE} ${web}/build.mjs ${page}.html ${page}.cpp
    DEPENDS ${parts} ${web}/node_modules/.package-lock.json
    COMMENT "Bundling the page of reports" VERBATIM)
  target_sources(${target} PRIVATE ${page}.cpp)
endfunction()
