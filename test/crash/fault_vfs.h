// crash/fault_vfs.h: the disk as SQLite sees it.
#pragma once

namespace pharos::crash {

class FaultDisk;

// Puts a VFS over the default one, and in its place. The disk lives as long as the process.
void register_vfs(FaultDisk& disk);

}  // namespace pharos::crash
