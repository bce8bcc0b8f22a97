namespace Splice.Wire.Abi;

/// <summary>Mirror of the plain constants of <c>splice_abi.h</c>.</summary>
public static class SpliceAbi
{
    public const int Version = 3;
    public const uint Mark = 0x53504c43;
    public const int DropMax = 16;
}
