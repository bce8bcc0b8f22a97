using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>How long somebody who says nothing is waited for.</summary>
public sealed class PatienceTests
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(20, 100)]
    [InlineData(80, 160)]
    [InlineData(130, 260)]
    [InlineData(700, 1000)]
    [InlineData(1000, 1000)]
    [InlineData(1001, 100)]
    public void Current_IsTwiceTheLongestSilence_WithinBounds(int silence, int expected)
    {
        var patience = new Patience(Least, Most, _time);
        patience.Heard(TimeSpan.FromMilliseconds(silence));
        patience.Heard(TimeSpan.FromMilliseconds(10));

        Assert.Equal(TimeSpan.FromMilliseconds(expected), patience.Current);
    }

    [Fact]
    public void Current_IsRememberedForFiveSecondsAtLeast_AndForgottenAfterTen()
    {
        var patience = new Patience(Least, Most, _time);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        patience.Heard(TimeSpan.FromMilliseconds(200));

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromMilliseconds(400), patience.Current);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Least, patience.Current);
    }

    [Fact]
    public void Current_WhenWhatWasSaidGotLost_IsNotLonger()
    {
        var patience = new Patience(Least, Most, _time);

        patience.Heard(TimeSpan.FromMilliseconds(600), said: 30);

        Assert.Equal(Least, patience.Current);
    }

    [Fact]
    public void Current_WhenNobodyAskedForLong_IsTheLeast()
    {
        var patience = new Patience(Least, Most, _time);
        patience.Heard(TimeSpan.FromMilliseconds(200));

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(Least, patience.Current);
    }
}
