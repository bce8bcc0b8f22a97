using System.Runtime.CompilerServices;

// The tests run the program without attaching it to a device.
[assembly: InternalsVisibleTo("Tests.Kernel")]
[assembly: InternalsVisibleTo("Tests.Unit")]
