# all_modules(OUT): every module library that exists, as named in src/layers.txt, for programs that may use any of them
# (fuzz targets, benchmarks, tests wider than one module).
function(all_modules OUT)
  file(STRINGS ${CMAKE_SOURCE_DIR}/src/layers.txt lines REGEX "^[a-z]+:")
  set(modules)
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ":.*" "" name "${line}")
    if(TARGET tamga_${name})
      list(APPEND modules tamga_${name})
    endif()
  endforeach()
  set(${OUT} ${modules} PARENT_SCOPE)
endfunction()
