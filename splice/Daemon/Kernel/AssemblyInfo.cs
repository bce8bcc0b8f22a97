using System.Runtime.CompilerServices;

// The tests run the program without attaching it to a device, and its parts without the program.
[assembly: InternalsVisibleTo("Tests.Kernel")]
[assembly: InternalsVisibleTo("Tests.Support")]
[assembly: InternalsVisibleTo("Tests.Unit")]
[assembly: InternalsVisibleTo("Tests.Simulation")]
