# Provides SystemC::systemc. Debian's libsystemc-dev has a pkg-config file and no CMake package; a
# SystemC installed from source has the CMake package. Either will do.
find_package(SystemCLanguage CONFIG QUIET)
if(NOT TARGET SystemC::systemc)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(SYSTEMC IMPORTED_TARGET GLOBAL systemc>=2.3.4)
  if(SYSTEMC_FOUND)
    add_library(SystemC::systemc ALIAS PkgConfig::SYSTEMC)
  endif()
endif()
include(FindPackageHandleStandardArgs)
if(TARGET SystemC::systemc)
  set(SystemC_TARGET SystemC::systemc)
endif()
find_package_handle_standard_args(SystemC REQUIRED_VARS SystemC_TARGET VERSION_VAR SYSTEMC_VERSION
  REASON_FAILURE_MESSAGE "install libsystemc-dev, or set SystemCLanguage_DIR")
