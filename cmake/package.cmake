# ./x package: a Debian package of the program, its service, its settings and its documents. Paths
# are those of the target, from its root.
file(STRINGS ${CMAKE_SOURCE_DIR}/src/base/version.h version_line REGEX "version = ")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" pharos_version "${version_line}")
set(deploy ${CMAKE_SOURCE_DIR}/deploy)

install(TARGETS pharos RUNTIME DESTINATION usr/bin)
install(FILES ${deploy}/pharos.yaml DESTINATION etc/pharos)
install(FILES ${deploy}/pharos.service DESTINATION usr/lib/systemd/system)
install(FILES ${deploy}/pharos.sysusers DESTINATION usr/lib/sysusers.d RENAME pharos.conf)
install(FILES ${deploy}/pharos.tmpfiles DESTINATION usr/lib/tmpfiles.d RENAME pharos.conf)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION usr/share/doc/pharos RENAME copyright)
install(FILES ${CMAKE_SOURCE_DIR}/CHANGELOG.md DESTINATION usr/share/doc/pharos)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION usr/share/doc/pharos
  FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pharos)
set(CPACK_PACKAGE_VENDOR "The Pharos authors")
set(CPACK_PACKAGE_CONTACT "The Pharos authors <pharos@localhost>")
set(CPACK_PACKAGE_VERSION ${pharos_version})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "engine room of B-end operations")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Pharos takes in what happens to business accounts, moves each through a declared
lifecycle, gives the right work to the right team, and says which lever raises the
goal most. One program: command line and server, with its database in one file.")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/../package)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE "")
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Beside the libraries: zones, and something that makes the user.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata, systemd | adduser")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deploy}/debian/postinst ${deploy}/debian/prerm
  ${deploy}/debian/postrm ${deploy}/debian/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
