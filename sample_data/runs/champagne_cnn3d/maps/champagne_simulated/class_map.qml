<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.28.0" styleCategories="AllStyleCategories" hasScaleBasedVisibilityFlag="0" minScale="1e+08" maxScale="0">
  <pipe>
    <rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">
      <rasterTransparency />
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
        <cumulativeCutLower>0.02</cumulativeCutLower>
        <cumulativeCutUpper>0.98</cumulativeCutUpper>
        <stdDevFactor>2</stdDevFactor>
      </minMaxOrigin>
      <colorPalette>
        <paletteEntry value="1" color="#a57000" alpha="255" label="Winter wheat" />
        <paletteEntry value="2" color="#e2007c" alpha="255" label="Winter barley" />
        <paletteEntry value="3" color="#d1ff00" alpha="255" label="Winter rapeseed" />
        <paletteEntry value="4" color="#ffd300" alpha="255" label="Maize" />
        <paletteEntry value="5" color="#a800e2" alpha="255" label="Sugar beet" />
        <paletteEntry value="6" color="#702600" alpha="255" label="Potato" />
        <paletteEntry value="7" color="#ffff00" alpha="255" label="Sunflower" />
        <paletteEntry value="8" color="#ffa5e2" alpha="255" label="Alfalfa" />
        <paletteEntry value="9" color="#e8ffbf" alpha="255" label="Grassland" />
        <paletteEntry value="10" color="#93cc93" alpha="255" label="Forest" />
        <paletteEntry value="11" color="#9b9b9b" alpha="255" label="Built-up" />
      </colorPalette>
    </rasterrenderer>
    <brightnesscontrast brightness="0" contrast="0" gamma="1" />
    <huesaturation saturation="0" grayscaleMode="0" colorizeOn="0" />
    <rasterresampler maxOversampling="2" />
  </pipe>
  <blendMode>0</blendMode>
</qgis>
